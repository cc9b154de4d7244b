// The server that plays a model, for the length of a test.
import { onTestFinished } from "vitest";
import { type FakeModel, openFakeModel } from "@/tests/support/model-server";

export type { FakeModel };

/** `key`: another one is refused with 401. Inside a test only: it is stopped when that test ends. */
export async function startFakeModel(key?: string): Promise<FakeModel> {
  const fake = await openFakeModel(key);
  onTestFinished(() => fake.stop());
  return fake;
}
