// Seals a model's key into its row, and opens it for the call.
import type { ModelRow } from "@/lib/db/schema";
import type { Sealer } from "@/lib/sealing";

/** What it takes to call a model. Never leaves the server. */
export type OpenModel = {
  name: string;
  baseUrl: string;
  model: string;
  apiKey: string | undefined;
  seesImages: boolean;
  /** Addresses inside the network are for what administrators set up. */
  allowPrivate: boolean;
};

const place = (modelId: string) => `models/${modelId}/api-key`;

export const sealApiKey = (sealer: Sealer, modelId: string, plain: string | null | undefined): string | null =>
  plain ? sealer.seal(plain, place(modelId)) : null;

export const openModel = (sealer: Sealer, row: ModelRow): OpenModel => ({
  name: row.name,
  baseUrl: row.baseUrl,
  model: row.model,
  seesImages: row.seesImages,
  apiKey: row.sealedApiKey ? sealer.unseal(row.sealedApiKey, place(row.id)) : undefined,
  allowPrivate: row.mayReachInside,
});
