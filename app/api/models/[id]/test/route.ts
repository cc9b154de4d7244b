// Tries a model out.
import { testModelEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { requireModel } from "@/lib/models/queries";
import { testStoredModel } from "@/lib/models/test-model";

export const POST = route(testModelEndpoint, async ({ runtime, viewer, params, locale }) =>
  testStoredModel(runtime, await requireModel(runtime.db, viewer, params.id), locale),
);
