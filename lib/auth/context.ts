// What signing in and finding out who calls needs of the running process.
import type { Throttle } from "@/lib/auth/throttle";
import type { Database } from "@/lib/db/client";
import type { Environment } from "@/lib/env";
import type { Logger } from "@/lib/logger";

export type AuthContext = {
  db: Database;
  env: Pick<Environment, "publicUrl">;
  logger: Logger;
  /** Signs sessions. */
  sessionSecret: string;
  signInThrottle: Throttle;
};
