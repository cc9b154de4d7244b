"use client";
import { useEffect, useRef } from "react";
import { Failure } from "@/app/_components/parts/failure";
import type { RequestFailure } from "@/app/_components/requests/call";

/** A form's failure, where its fields do not say it already. The first field that is wrong gets the focus: it may be out of sight. */
export function FormFailure({ of, fields }: { of: RequestFailure | null; fields: readonly string[] }) {
  const paths = Object.keys(of?.fields ?? {});
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (of) place.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [of]);
  const isSaid = paths.length > 0 && paths.every((path) => fields.includes(path));
  return (
    <>
      {!isSaid && <Failure of={of} />}
      <span ref={place} hidden />
    </>
  );
}
