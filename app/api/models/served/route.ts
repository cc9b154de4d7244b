// Lists the models that a server offers, for the form of a model.
import { listServedModelsEndpoint } from "@/app/api/_endpoints/models";
import { route } from "@/app/api/_http/route";
import { listServedModels } from "@/lib/models/served-models";

export const POST = route(listServedModelsEndpoint, async ({ runtime, viewer, body, locale }) =>
  listServedModels(runtime, viewer, body, locale),
);
