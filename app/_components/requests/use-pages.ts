"use client";
import { useState } from "react";
import { call } from "@/app/_components/requests/call";
import { useRequest } from "@/app/_components/requests/use-request";

/** A list that is read page by page, beginning with what the server rendered. */
export function usePages<Row>(path: string, name: string, first: { rows: Row[]; nextCursor: string | null }) {
  const [state, setState] = useState({ first, ...first });
  if (state.first !== first) setState({ first, ...first });
  const { pending, failure, run } = useRequest();
  const more = () =>
    run(async () => {
      const page = await call<Record<string, unknown>>(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(state.nextCursor ?? "")}`,
      );
      setState((before) => ({
        ...before,
        rows: [...before.rows, ...(page[name] as Row[])],
        nextCursor: page.nextCursor as string | null,
      }));
    });
  return { rows: state.rows, hasMore: state.nextCursor !== null, more, pending, failure };
}
