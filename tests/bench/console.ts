// How long the console takes from page to page, with one bot and few messages and with many of both.
import { setTimeout as pause } from "node:timers/promises";
import { fill } from "@/tests/bench/filling";
import { createPostgresDatabase, startLarkspur } from "@/tests/bench/larkspur";
import type { Step } from "@/tests/bench/scenes";
import type { Sizes } from "@/tests/bench/sizes";
import { spreadOf } from "@/tests/bench/spread";
import { type Switch, timeSwitches } from "@/tests/bench/switches";

/** In ms: the p50 of pages, and the p95 of all. */
export type Switches = Record<"overview" | "bots" | "messages" | "sandbox" | "others" | "all", number>;

export type InstallationId = "fewBots" | "manyBots";
export type Installation = { id: InstallationId; bots: number; messages: number };

/** The first is what the other is compared with. */
export const installationsOf = ({ consoleBots, consoleMessages }: Sizes): Installation[] => [
  { id: "fewBots", bots: 1, messages: 20 },
  { id: "manyBots", bots: consoleBots, messages: consoleMessages },
];

export async function measureConsole(installation: Installation, sizes: Sizes, step: Step): Promise<Switches> {
  const database = await createPostgresDatabase();
  try {
    const { server, api } = await startLarkspur(database);
    try {
      await step("bots and messages", () => fill(api, database.url, installation));
      await pause(sizes.settleMs);
      const rounds = sizes.switchRounds;
      return switchesOf(await step(`${rounds} rounds through the pages`, () => timeSwitches(server.url, rounds)));
    } finally {
      await server.stop();
    }
  } finally {
    await database.drop();
  }
}

const OWN_COLUMN = ["/", "/bots", "/messages", "/sandbox"];

export function switchesOf(switches: Switch[]): Switches {
  const spread = (isMeant: (path: string) => boolean) =>
    spreadOf(switches.filter(({ path }) => isMeant(path)).map(({ ms }) => ms));
  const p50To = (meant: string) => spread((path) => path === meant).p50;
  return {
    overview: p50To("/"),
    bots: p50To("/bots"),
    messages: p50To("/messages"),
    sandbox: p50To("/sandbox"),
    others: spread((path) => !OWN_COLUMN.includes(path)).p50,
    all: spread(() => true).p95,
  };
}
