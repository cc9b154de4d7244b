// Tries a model out: how soon it answers, its first words, or what is wrong and what to do.
import { describeReason } from "@/lib/errors";
import { askModel } from "@/lib/models/ask";
import type { OpenModel } from "@/lib/models/credentials";
import { asModelError } from "@/lib/models/model-error";
import type { ModelTest } from "@/lib/models/schemas";
import { type Locale, translate } from "@/lib/text/translate";

const SILENCE_MS = 30_000;
const LIMIT_MS = 60_000;
const SHOWN_CHARACTERS = 120;

export async function testModel(model: OpenModel, locale: Locale, silenceMs = SILENCE_MS): Promise<ModelTest> {
  const begin = performance.now();
  const ms = () => Math.round(performance.now() - begin);
  try {
    const { text, firstTokenMs } = await askModel(model, {
      messages: [{ role: "user", content: translate(locale, "modelTest.question") }],
      silenceMs,
      signal: AbortSignal.timeout(LIMIT_MS),
      enough: SHOWN_CHARACTERS,
    });
    const firstWords = text.trim().slice(0, SHOWN_CHARACTERS);
    if (!firstWords) return { ok: false, ms: ms(), problem: translate(locale, "modelTest.empty") };
    return { ok: true, ms: ms(), firstWords, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const problem = isLate
      ? translate(locale, "modelTest.slow", { seconds: LIMIT_MS / 1000 })
      : describeReason(asModelError(error, model).reason, locale);
    return { ok: false, ms: ms(), problem };
  }
}
