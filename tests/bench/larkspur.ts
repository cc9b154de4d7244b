// A Larkspur as users start it, with an administrator and an API token.
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { scripts } from "@/package.json";
import { type Api, apiOf } from "@/tests/support/api";
import { type Server, startServer } from "@/tests/support/server";

export const ADMIN = { email: "admin@example.com", password: "a long password" };

export type Database = { url: string; drop(): Promise<void> };

/** On PGlite where no database is given. */
export async function startLarkspur(database?: Database): Promise<{ server: Server; api: Api }> {
  const token = `bench-${randomBytes(24).toString("hex")}`;
  const server = await startServer({
    env: {
      NODE_OPTIONS: flagsOfStart(),
      LARKSPUR_ADMIN_EMAIL: ADMIN.email,
      LARKSPUR_ADMIN_PASSWORD: ADMIN.password,
      LARKSPUR_API_TOKEN: token,
      LARKSPUR_LOG_LEVEL: "warn",
      ...(database ? { DATABASE_URL: database.url, LARKSPUR_SECRET: randomBytes(24).toString("hex") } : {}),
    },
  });
  return { server, api: apiOf(server.url, token) };
}

/** What `npm start` gives to Node.js: memory is measured as users have it. */
const flagsOfStart = () => /node (.*)scripts\/start\.mjs/.exec(scripts.start)?.[1]?.trim() ?? "";

export async function createPostgresDatabase(): Promise<Database> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? "";
  const url = new URL(serverUrl);
  const name = `bench_${randomBytes(6).toString("hex")}`;
  url.pathname = `/${name}`;
  const execute = async (statement: string) => {
    const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
    await admin.unsafe(statement).finally(() => admin.end());
  };
  await execute(`create database ${name}`);
  return { url: url.toString(), drop: () => execute(`drop database ${name} with (force)`) };
}
