"use client";
import { useEffect } from "react";
import type { LiveBot } from "@/app/_components/bots/use-bots";
import { call } from "@/app/_components/requests/call";
import { keepSeen, useSeen } from "@/app/_components/requests/seen";
import type { Coming } from "@/app/_session/coming";
import type { EveryBot } from "@/lib/overview/schemas";

const NAME = "bots";

const read = () => call<EveryBot>("GET", "/api/overview/bots");

/** Every bot of the viewer; undefined: on its way. */
export const useEveryBot = (coming: Coming<EveryBot>) => useSeen(NAME, coming, read);

/** The next page begins with the bots as they stand on this one, the switches that were moved here included. */
export function useKeptBots(whose: string, bots: readonly LiveBot[]): void {
  // As this page goes it is too late: the next one is drawn already.
  useEffect(() =>
    keepSeen(NAME, whose, { bots: bots.map(({ bot }) => bot), statuses: bots.flatMap(({ status }) => status ?? []) }),
  );
}
