// Asks Feishu for a QR code that makes an app, or gives one more.
import { startRegistrationEndpoint } from "@/app/api/_endpoints/registrations";
import { route } from "@/app/api/_http/route";
import { showRegistration } from "@/lib/registrations/registrar";

export const POST = route(startRegistrationEndpoint, async ({ runtime, viewer, body, locale }) =>
  showRegistration(await runtime.registrar.begin(viewer, body, locale), locale),
);
