"use client";
import { Failure } from "@/app/_components/parts/failure";
import type { RequestFailure } from "@/app/_components/requests/call";

/** A form's failure, where its fields do not say it already. */
export function FormFailure({ of, fields }: { of: RequestFailure | null; fields: readonly string[] }) {
  const paths = Object.keys(of?.fields ?? {});
  const isSaid = paths.length > 0 && paths.every((path) => fields.includes(path));
  return isSaid ? null : <Failure of={of} />;
}
