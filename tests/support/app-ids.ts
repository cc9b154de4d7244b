// App IDs for tests.
import { randomBytes } from "node:crypto";

/** One that nobody else has, in the form that Feishu gives out. */
export const randomAppId = (): string => `cli_${randomBytes(8).toString("hex")}`;
