// What is known of why a bot could not answer.
import type { ConnectionStatus } from "@/lib/connections/status";

export type ShownFailure = NonNullable<ConnectionStatus["failure"]>;

/** Where a model is mended. */
export const addressOfModel = (id: string): string => `/models#model-${id}`;
export const modelInHash = (hash: string): string | undefined => /^#model-(.+)$/.exec(hash)?.[1];

/** Two bots' failures with the same key have one cause. */
export const keyOfFailure = ({ code, model }: ShownFailure): string => `${code} ${model?.id ?? ""}`;
