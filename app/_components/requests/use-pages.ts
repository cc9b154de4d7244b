"use client";
import { useEffect, useEffectEvent, useState } from "react";
import { call, RequestFailure } from "@/app/_components/requests/call";
import { type Pages, readOn, withNewFirst } from "@/app/_components/requests/pages";
import { useRequest } from "@/app/_components/requests/use-request";

/** A list that is read page by page, beginning with what the server rendered; rendered anew, as far as it was read. */
export function usePages<Row extends { id: string }>(path: string, name: string, first: Pages<Row>["first"]) {
  const [state, setState] = useState({ path, ...asRead(first) });
  // Another path is another list.
  if (state.first !== first) setState({ path, ...(state.path === path ? withNewFirst(state, first) : asRead(first)) });
  const { pending, failure, run } = useRequest();
  const read = async (cursor: string, limit?: number) => {
    const query = new URLSearchParams({ cursor, ...(limit === undefined ? {} : { limit: String(limit) }) });
    const page = await call<Record<string, unknown>>("GET", `${path}${path.includes("?") ? "&" : "?"}${query}`);
    return { rows: page[name] as Row[], nextCursor: page.nextCursor as string | null };
  };
  const more = () =>
    run(async () => {
      const page = await read(state.nextCursor ?? "");
      setState((before) => ({ ...before, rows: [...before.rows, ...page.rows], nextCursor: page.nextCursor }));
    });
  const readAgain = useEffectEvent(async () => {
    if (state.rows.length <= first.rows.length) return;
    try {
      const again = await readOn(state, read);
      // What somebody read further meanwhile stays.
      setState((before) =>
        before.first === first && before.rows.length === state.rows.length ? { path, ...again } : before,
      );
    } catch (error) {
      // What is shown stays; the next change reads it again.
      if (!(error instanceof RequestFailure)) throw error;
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server rendered anew is known by its identity.
  useEffect(() => void readAgain(), [first]);
  return { rows: state.rows, hasMore: state.nextCursor !== null, more, pending, failure };
}

const asRead = <Row>(first: Pages<Row>["first"]): Pages<Row> => ({ first, ...first });
