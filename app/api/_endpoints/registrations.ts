// The endpoints behind "scan a QR code": an app that Feishu makes, or gives more to.
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { registrationSchema, startRegistrationSchema } from "@/lib/registrations/schemas";

const tag = "registrations";
const path = "/api/feishu/registrations";

export const startRegistrationEndpoint = defineEndpoint({
  id: "startRegistration",
  method: "POST",
  path,
  tag,
  access: "viewer",
  body: startRegistrationSchema,
  example: { domain: "feishu", name: "IT Service" },
  status: 201,
  answer: registrationSchema,
  errors: [403, 404, 503],
});

export const getRegistrationEndpoint = defineEndpoint({
  id: "getRegistration",
  method: "GET",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "registration",
  answer: registrationSchema,
});

export const renewRegistrationEndpoint = defineEndpoint({
  id: "renewRegistration",
  method: "POST",
  path: `${path}/{id}/renew`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "registration",
  answer: registrationSchema,
  errors: [409, 503],
});

export const cancelRegistrationEndpoint = defineEndpoint({
  id: "cancelRegistration",
  method: "DELETE",
  path: `${path}/{id}`,
  tag,
  access: "viewer",
  params: idParams,
  subject: "registration",
  status: 204,
});
