// How far a scanned QR code has come, and giving it up.
import { cancelRegistrationEndpoint, getRegistrationEndpoint } from "@/app/api/_endpoints/registrations";
import { route } from "@/app/api/_http/route";
import { getRegistration } from "@/lib/registrations/registrar";

export const GET = route(getRegistrationEndpoint, async ({ runtime, viewer, params, locale }) => {
  // No timer lives there: whoever looks asks Feishu.
  if (!runtime.platform.holdsConnections) await runtime.registrar.pollDue();
  return getRegistration(runtime.db, viewer, params.id, locale);
});

export const DELETE = route(cancelRegistrationEndpoint, async ({ runtime, viewer, params }) => {
  await runtime.registrar.cancel(viewer, params.id);
  return undefined;
});
