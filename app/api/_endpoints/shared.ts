// Pieces that many endpoints are described with.
import { z } from "zod";
import { DEFAULT_LIMIT, MAX_LIMIT } from "@/lib/db/page";

export const idParams = z.object({ id: z.string().min(1).max(200) });

export const pageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .meta({
      description: `1 to ${MAX_LIMIT}`,
      override: { type: "integer", minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    }),
  cursor: z.string().max(500).optional(),
});

export const nextCursor = z.string().nullable();

/** Of an event stream. */
export const aliveSchema = z.literal("true").optional().meta({
  description: "Also send an `alive` event every 15 s, because browsers do not expose comments to the page",
});
