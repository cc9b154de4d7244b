// The installation: how it stands, and what of it can be changed.
import { getSettingsEndpoint, updateSettingsEndpoint } from "@/app/api/_endpoints/settings";
import { route } from "@/app/api/_http/route";
import { changeSettings } from "@/lib/settings/changes";
import { showInstallation } from "@/lib/settings/overview";

export const GET = route(getSettingsEndpoint, async ({ runtime }) => showInstallation(runtime));

export const PATCH = route(updateSettingsEndpoint, async ({ runtime, viewer, body }) => {
  await changeSettings(runtime, viewer, body);
  return showInstallation(runtime);
});
