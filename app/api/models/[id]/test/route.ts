// Tries a model out.
import { testModelEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { openModel } from "@/lib/models/credentials";
import { requireModel } from "@/lib/models/queries";
import { testModel } from "@/lib/models/test-model";

export const POST = route(testModelEndpoint, async ({ runtime, viewer, params, locale }) =>
  testModel(openModel(runtime.sealer, await requireModel(runtime.db, viewer, params.id)), locale),
);
