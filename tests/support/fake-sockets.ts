// Sockets that open, fail and close as a test says, and a connection over them.
import { Connection, type ConnectionDeps, type ConnectionStatus } from "@/lib/connections/connection";
import type { CredentialsCheck } from "@/lib/feishu/credentials-check";
import type { Loss } from "@/lib/feishu/discovery";
import type { FeishuSocket } from "@/lib/feishu/socket";
import { createLogger } from "@/lib/logger";

export class FakeSocket implements FeishuSocket {
  isOpen = false;
  /** No TCP connection is left. */
  isClosed = false;
  closeMs = 0;
  lastReceivedAt: Date | undefined;
  #isOver = false;
  readonly #handlers: { onOpen(): void; onLost(loss: Loss): void };

  constructor(handlers: { onOpen(): void; onLost(loss: Loss): void }) {
    this.#handlers = handlers;
  }

  open(): void {
    if (this.#isOver) return;
    this.isOpen = true;
    this.lastReceivedAt = new Date();
    this.#handlers.onOpen();
  }

  lose(loss: Loss): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.isOpen = false;
    this.#handlers.onLost(loss);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    if (this.closeMs > 0) await new Promise((resolve) => setTimeout(resolve, this.closeMs));
    this.isOpen = false;
    this.isClosed = true;
  }
}

export const network: Loss = {
  kind: "other",
  reason: { code: "connection.network", params: { host: "h", problem: "p" } },
};
export const refusedCredentials: Loss = {
  kind: "credentials",
  reason: { code: "connection.credentials", params: { problem: "no", code: 514 } },
};
export const refusedHandshake: Loss = {
  kind: "refused",
  reason: { code: "connection.handshakeRefused", params: { problem: "no", status: "403" } },
};

export const badCredentials = {
  ok: false,
  kind: "credentials",
  reason: { code: "connection.credentials", params: { problem: "app secret invalid", code: 10014 } },
} as const satisfies CredentialsCheck;

export type Harness = {
  connection: Connection;
  sockets: FakeSocket[];
  /** Every status that was told. */
  told: ConnectionStatus[];
  states(): string[];
  last(): FakeSocket;
};

export function createHarness(overrides: Partial<ConnectionDeps> = {}): Harness {
  const sockets: FakeSocket[] = [];
  const told: ConnectionStatus[] = [];
  const connection = new Connection({
    loadCredentials: async () => ({ appId: "cli_0123456789abcdef", appSecret: "s", origin: "http://cloud" }),
    checkCredentials: async () => ({ ok: true }),
    enter: async () => () => undefined,
    openSocket: (_, handlers) => {
      const socket = new FakeSocket(handlers);
      sockets.push(socket);
      return socket;
    },
    onChange: (status) => told.push(status),
    logger: createLogger("error"),
    random: () => 0.5,
    ...overrides,
  });
  return {
    connection,
    sockets,
    told,
    states: () => told.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]),
    last: () => sockets[sockets.length - 1] as FakeSocket,
  };
}
