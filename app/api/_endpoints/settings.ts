// The endpoints about the installation itself.
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { settingsChangeSchema } from "@/lib/settings/changes";
import { installationSchema } from "@/lib/settings/overview";

const path = "/api/settings";

export const getSettingsEndpoint = defineEndpoint({
  id: "getSettings",
  method: "GET",
  path,
  tag: "settings",
  access: "admin",
  answer: installationSchema,
});

export const updateSettingsEndpoint = defineEndpoint({
  id: "updateSettings",
  method: "PATCH",
  path,
  tag: "settings",
  access: "admin",
  body: settingsChangeSchema,
  example: { retention: { eventDays: 30 } },
  answer: installationSchema,
  errors: [409],
});
