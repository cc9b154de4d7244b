// Tries a model out: how soon it answers, its first words, or what is wrong and what to do.
import type { Database } from "@/lib/db/client";
import type { ModelRow } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { askModel } from "@/lib/models/ask";
import { type OpenModel, openModel } from "@/lib/models/credentials";
import { noteUse } from "@/lib/models/last-use";
import { asModelError, wordlessError } from "@/lib/models/model-error";
import type { ModelTest } from "@/lib/models/schemas";
import type { Sealer } from "@/lib/sealing";
import { type Locale, translate } from "@/lib/text/translate";

const SILENCE_MS = 30_000;
const LIMIT_MS = 60_000;
const SHOWN_CHARACTERS = 120;

/** Tests a stored model, and keeps what came of it. */
export async function testStoredModel(
  { db, sealer }: { db: Database; sealer: Sealer },
  row: ModelRow,
  locale: Locale,
): Promise<ModelTest> {
  const { reason, ...result } = await tried(openModel(sealer, row), locale, SILENCE_MS);
  await noteUse(db, row, reason ?? null);
  return result;
}

export async function testModel(model: OpenModel, locale: Locale, silenceMs = SILENCE_MS): Promise<ModelTest> {
  const { reason: _, ...result } = await tried(model, locale, silenceMs);
  return result;
}

type Tried = ModelTest & { reason?: Reason };

async function tried(model: OpenModel, locale: Locale, silenceMs: number): Promise<Tried> {
  const begin = performance.now();
  const ms = () => Math.round(performance.now() - begin);
  try {
    const { text, firstWordsMs } = await askModel(model, {
      messages: [{ role: "user", content: translate(locale, "modelTest.question") }],
      silenceMs,
      signal: AbortSignal.timeout(LIMIT_MS),
      enough: SHOWN_CHARACTERS,
    });
    const firstWords = text.trim().slice(0, SHOWN_CHARACTERS);
    if (!firstWords) {
      const { reason } = wordlessError(model, "itself");
      return { ok: false, ms: ms(), problem: translate(locale, "modelTest.empty"), reason };
    }
    return { ok: true, ms: ms(), firstWords, ...(firstWordsMs === undefined ? {} : { firstTokenMs: firstWordsMs }) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    if (isLate) {
      const reason = { code: "model.noAnswer", params: { host: new URL(model.baseUrl).host } };
      return {
        ok: false,
        ms: ms(),
        problem: translate(locale, "modelTest.slow", { seconds: LIMIT_MS / 1000 }),
        reason,
      };
    }
    const { reason } = asModelError(error, model);
    return { ok: false, ms: ms(), problem: describeReason(reason, locale), reason };
  }
}
