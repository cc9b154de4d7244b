// Builds every long-lived part of the process once, holds them on globalThis, starts them in order and stops them in reverse.
import { AlertWatch } from "@/lib/alerts/watch";
import { CallLimits } from "@/lib/auth/call-limits";
import { FailedAttempts } from "@/lib/auth/failed-attempts";
import { announcement, prepareInstallation } from "@/lib/auth/installation";
import { openBotSecret, openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { BotCredentials } from "@/lib/bots/schemas";
import { Closing } from "@/lib/closing";
import { isHeld } from "@/lib/connections/leases";
import { ConnectionManager } from "@/lib/connections/manager";
import { OnlineCounter } from "@/lib/connections/online-count";
import type { Bus } from "@/lib/db/bus";
import { type Database, openDatabase } from "@/lib/db/client";
import { type Environment, readEnvironment } from "@/lib/env";
import { AppError, StartupError } from "@/lib/errors";
import { type CardActions, createCardActions, isCardAction } from "@/lib/events/card-actions";
import { CatchUp } from "@/lib/events/catch-up";
import { createIntake, type Intake } from "@/lib/events/intake";
import { EventWorker } from "@/lib/events/worker";
import { FeishuApis } from "@/lib/feishu/api";
import { Names } from "@/lib/feishu/names";
import { ACCOUNTS } from "@/lib/feishu/registration";
import { createLogger, type Logger } from "@/lib/logger";
import { loadMasterKey } from "@/lib/master-key";
import type { Platform } from "@/lib/platform";
import { Registrar } from "@/lib/registrations/registrar";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { SandboxHost } from "@/lib/sandbox/host";
import { createSealer, deriveKey, type Sealer } from "@/lib/sealing";

export type Runtime = {
  env: Environment;
  platform: Platform;
  logger: Logger;
  databaseKind: "postgres" | "pglite";
  /** For what people ask for. */
  db: Database;
  /** How intake, worker and connections reach the same data: whether it responds says whether they can work. */
  work: Database;
  /** Whether `work` has heard nothing from the database for long; undefined where nobody counts. */
  isDatabaseSilent: (() => boolean) | undefined;
  bus: Bus;
  sealer: Sealer;
  /** Signs sessions and the cookies of known devices. */
  sessionSecret: string;
  failedAttempts: FailedAttempts;
  callLimits: CallLimits;
  /** The way to each bot's OpenAPI. */
  apis: FeishuApis;
  names: Names;
  /** Null when the bot is gone. */
  loadCredentials(botId: string): Promise<BotCredentials | null>;
  intake: Intake;
  cardActions: CardActions;
  worker: EventWorker;
  /** Null where no long connection can live. */
  connections: ConnectionManager | null;
  /** Apps that are being made or changed by QR code. */
  registrar: Registrar;
  sandboxCloud(): Promise<SandboxCloud>;
  /** The simulated cloud, with this bot's app known to it. */
  enterSandbox(botId: string): Promise<SandboxCloud>;
  startedAt: Date;
  /** Aborted when the process begins to stop: open event streams end by it. */
  signal: AbortSignal;
};

/** What the process holds; scripts/start.mjs reads it too, before anything listens. */
type Holder = {
  /** Rejects with an error whose message is one line for people. */
  ready: Promise<Runtime>;
  logger: Logger | undefined;
  announcement(baseUrl: string): Promise<string[]>;
  /** Idempotent. Finishes what is being done, in `limitMs` at most (20 s). */
  stop(limitMs?: number): Promise<void>;
};

// Next compiles instrumentation and route handlers apart: a module variable would exist twice.
const KEY = Symbol.for("larkspur");
const globals = globalThis as { [KEY]?: Holder };

const STOP_LIMIT_MS = 20_000; // the contract's time to finish what is being done
// What of it belongs to those that close later, whatever the earlier ones do: answers, giving back what is unfinished,
// and the database, which must be open for both.
const KEPT_FOR_ANSWERS_MS = 5_000;
const KEPT_FOR_DATABASE_MS = 1_000;

export function startRuntime(): Promise<Runtime> {
  // A build renders pages to see which are static: it must never open, let alone create, a database.
  if (process.env.NEXT_PHASE === "phase-production-build") return Promise.reject(new StartupError("building"));
  globals[KEY] ??= hold();
  return globals[KEY].ready;
}

/** The running parts, for route handlers and pages. On platforms without a start hook the first request starts them. */
export async function getRuntime(): Promise<Runtime> {
  try {
    return await startRuntime();
  } catch (cause) {
    await forgetFailure();
    throw new AppError("unavailable", "notStarted", { cause });
  }
}

// Where no start script ends the process over it, the next request tries anew: a database may be back by then.
async function forgetFailure(): Promise<void> {
  const failed = globals[KEY];
  if (!failed) return;
  await failed.stop();
  if (globals[KEY] === failed) globals[KEY] = undefined;
}

export const runtimeLogger = (): Logger | undefined => globals[KEY]?.logger;

function hold(): Holder {
  const closing = new Closing();
  let stopping: Promise<void> | undefined;
  let logger: Logger | undefined;
  const holder: Holder = {
    get logger() {
      return logger;
    },
    ready: build(closing, (made) => {
      logger = made;
    }),
    async announcement(baseUrl) {
      return announcement(await holder.ready, baseUrl);
    },
    stop(limitMs = STOP_LIMIT_MS) {
      stopping ??= holder.ready.then(
        async ({ logger }) => {
          await closing.run(limitMs, logger);
          logger.info("stopped");
        },
        () => closing.run(limitMs, holder.logger),
      );
      return stopping;
    },
  };
  // Whoever awaits `ready` handles it; a failure must not end the process before they could say why.
  holder.ready.catch(() => undefined);
  return holder;
}

async function build(closing: Closing, onLogger: (logger: Logger) => void): Promise<Runtime> {
  const env = readEnvironment();
  const logger = createLogger(env.logLevel);
  onLogger(logger);
  const masterKey = loadMasterKey(env.secret, env.dataDir);
  const sealer = createSealer(masterKey);
  const database = await openDatabase({ ...env, logger });
  closing.add(() => database.close(), 0);
  const { db, work, bus } = database;
  await prepareInstallation({ db, sealer, env });

  const sandbox = new SandboxHost({
    db: work,
    bus,
    logger,
    exclusive: database.kind === "pglite",
    isElsewhere: async (botId) => (await isHeld(work, botId)) && !(await connections?.holds(botId)),
  });
  closing.add(() => sandbox.stop(), KEPT_FOR_DATABASE_MS / 2);
  const loadCredentials = (botId: string) => credentialsOf(work, sealer, sandbox, botId);
  const apis = new FeishuApis({ loadCredentials, logger });
  const names = new Names(apis);
  const intake = createIntake({ db: work, bus, logger });
  const cardActions = createCardActions({ db: work, bus, intake, apis, logger });
  const worker = new EventWorker({
    db: work,
    bus,
    instance: env.instance,
    logger,
    apis,
    names,
    sealer,
    takeAcknowledgedAt: intake.takeAcknowledgedAt,
    exclusive: database.kind === "pglite",
  });
  const catchUp = new CatchUp({
    db: work,
    bus,
    logger,
    apis,
    intake,
    holds: async (botId) => connections?.holds(botId) ?? false,
    onRefusal: (botId, reason) => connections?.note(botId, reason),
  });
  const connections = env.platform.holdsConnections
    ? new ConnectionManager({
        db: work,
        bus,
        instance: env.instance,
        logger,
        loadCredentials,
        onEvent: async (botId, envelope) => {
          const source = sandbox.has(botId) ? "sandbox" : "websocket";
          if (isCardAction(envelope)) return cardActions.answer(botId, envelope, source);
          await intake.receive(botId, envelope, source);
          return undefined;
        },
        onConnected: (botId) => {
          if (!sandbox.has(botId)) return catchUp.request(botId);
          // Taken over from another process, its chats are there still.
          const unread = (err: unknown) => logger.warn({ err, botId }, "sandbox could not load a bot's chats");
          void sandbox
            .hold(botId)
            .catch(unread)
            .finally(() => catchUp.request(botId));
        },
        exclusive: database.kind === "pglite",
      })
    : null;

  const registrar = new Registrar({
    db,
    bus,
    sealer,
    platform: env.platform,
    apis,
    logger,
    accounts: ACCOUNTS,
    sandboxOrigin: async () => (await sandbox.cloud()).origin,
  });

  const abort = new AbortController();
  const closeBeforeAnswers = (close: () => Promise<void>) => closing.add(close, KEPT_FOR_ANSWERS_MS);
  await worker.start();
  closing.add((limitMs) => worker.stop(limitMs), KEPT_FOR_DATABASE_MS);
  catchUp.start();
  closeBeforeAnswers(() => catchUp.stop());
  await connections?.start();
  closeBeforeAnswers(async () => connections?.stop());
  if (connections) {
    const onlineCounter = new OnlineCounter({ db, bus, apis, logger });
    onlineCounter.start();
    closeBeforeAnswers(() => onlineCounter.stop());
  }
  if (env.platform.holdsConnections) {
    const alerts = new AlertWatch({ db, bus, logger, sealer, env });
    alerts.start();
    closeBeforeAnswers(() => alerts.stop());
  }
  registrar.start();
  closeBeforeAnswers(() => registrar.stop());
  closeBeforeAnswers(async () => abort.abort());
  logger.info({ instance: env.instance, database: database.kind, connections: connections !== null }, "started");
  return {
    env,
    platform: env.platform,
    logger,
    databaseKind: database.kind,
    db,
    work,
    isDatabaseSilent: database.isSilent,
    bus,
    sealer,
    sessionSecret: deriveKey(masterKey, "sessions").toString("base64url"),
    failedAttempts: new FailedAttempts(db),
    callLimits: new CallLimits({ db, logger }),
    apis,
    names,
    loadCredentials,
    intake,
    cardActions,
    worker,
    connections,
    registrar,
    sandboxCloud: () => sandbox.cloud(),
    async enterSandbox(botId) {
      await loadCredentials(botId);
      await sandbox.hold(botId);
      return sandbox.cloud();
    },
    startedAt: new Date(),
    signal: abort.signal,
  };
}

async function credentialsOf(
  db: Database,
  sealer: Sealer,
  sandbox: SandboxHost,
  botId: string,
): Promise<BotCredentials | null> {
  const row = await getBotRow(db, botId);
  if (!row) return null;
  const appSecret = openBotSecret(sealer, row, "app-secret") ?? "";
  const sandboxOrigin = row.domain === "sandbox" ? await sandbox.admit({ ...row, appSecret }) : undefined;
  return openCredentials(sealer, row, sandboxOrigin);
}
