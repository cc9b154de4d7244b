// What signing in and finding out who calls needs of the running process.
import type { CallLimits } from "@/lib/auth/call-limits";
import type { FailedAttempts } from "@/lib/auth/failed-attempts";
import type { SessionRow } from "@/lib/db/auth-tables";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { ApiTokenRow } from "@/lib/db/schema";
import type { Environment } from "@/lib/env";
import type { Logger } from "@/lib/logger";

export type AuthContext = {
  db: Database;
  bus: Pick<Bus, "publish">;
  env: Pick<Environment, "publicUrl" | "trustedProxies" | "platform">;
  logger: Logger;
  /** Signs sessions and the cookies of known devices. */
  sessionSecret: string;
  failedAttempts: FailedAttempts;
  callLimits: CallLimits;
};

/** By what somebody acts: a signed-in browser or an API token; neither for Larkspur itself. */
export type Right = { session?: SessionRow; token?: CallingToken };

/** A token that a call came with. */
export type CallingToken = Pick<ApiTokenRow, "id" | "access" | "expiresAt">;
