// A fresh QR code in place of one that is spent.
import { renewRegistrationEndpoint } from "@/app/api/_endpoints/registrations";
import { route } from "@/app/api/_http/route";
import { showRegistration } from "@/lib/registrations/registrar";

export const POST = route(renewRegistrationEndpoint, async ({ runtime, viewer, params, locale }) =>
  showRegistration(await runtime.registrar.renew(viewer, params.id, locale), locale),
);
