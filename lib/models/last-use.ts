// Keeps whether a model answered when it was last asked, by a bot or by a test: as the model is set up now.
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { type ModelRow, models } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";

/** A model in much use is written down no more often than this while nothing changes. */
const WRITTEN_EVERY = sql`interval '10 seconds'`;

/** `asked` as it was when it was asked: an answer of settings that were changed meanwhile says nothing of the new ones. */
export async function noteUse(
  db: Database,
  asked: Pick<ModelRow, "id" | "updatedAt">,
  problem: Reason | null,
): Promise<void> {
  const json = problem ? JSON.stringify(problem) : null;
  await db
    .update(models)
    .set({ lastAskedAt: sql`now()`, lastProblem: sql`${json}::text::jsonb` })
    .where(
      and(
        eq(models.id, asked.id),
        eq(models.updatedAt, asked.updatedAt),
        or(
          isNull(models.lastAskedAt),
          lt(models.lastAskedAt, sql`now() - ${WRITTEN_EVERY}`),
          sql`${models.lastProblem} is distinct from ${json}::text::jsonb`,
        ),
      ),
    );
}
