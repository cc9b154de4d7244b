// The calls that upload images and files and download them again.

import { type ApiAnswer, type ApiCall, ApiError, type ApiRoute, param } from "@/lib/sandbox/openapi/api";
import { type FormPart, parseMultipart } from "@/lib/sandbox/openapi/multipart";
import { requireMessage } from "@/lib/sandbox/openapi/sending";
import type { Resource, ResourceKind } from "@/lib/sandbox/resources";
import type { SandboxState } from "@/lib/sandbox/state";

const CODE = {
  badParam: 234001,
  notInMessage: 234003,
  tooLarge: 234006,
  notOwner: 234008,
  empty: 234010,
  unsupportedType: 234043,
};

const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const MAX_FILE_BYTES = 30 * 1024 * 1024;
const FILE_TYPES = ["opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"];
const UPLOAD_SCOPES = ["im:resource", "im:resource:upload"];
const DOWNLOAD_SCOPES = ["im:message", "im:message:readonly", "im:message.history:readonly"];

export const resourceRoutes: ApiRoute[] = [
  { method: "POST", path: "/im/v1/images", scopes: UPLOAD_SCOPES, handle: uploadImage },
  { method: "POST", path: "/im/v1/files", scopes: UPLOAD_SCOPES, handle: uploadFile },
  { method: "GET", path: "/im/v1/images/:key", scopes: ["im:resource"], handle: ownUpload("image") },
  { method: "GET", path: "/im/v1/files/:key", scopes: ["im:resource"], handle: ownUpload("file") },
  { method: "GET", path: "/im/v1/messages/:message_id/resources/:key", scopes: DOWNLOAD_SCOPES, handle: ofMessage },
];

// Nor what is inside a merged forward.
const UNSUPPORTED_TYPES = ["sticker", "interactive", "merge_forward"];

type Form = Map<string, FormPart>;

function uploadImage(state: SandboxState, call: ApiCall): ApiAnswer {
  const form = formOf(call);
  if (!["message", "avatar"].includes(field(form, "image_type"))) throw badParam("image_type");
  const { bytes, fileName = "image" } = uploaded(form, "image", MAX_IMAGE_BYTES);
  const { key } = state.resources.add({ kind: "image", bytes, fileName, appId: call.app.appId, room: call.app.appId });
  return { data: { image_key: key } };
}

function uploadFile(state: SandboxState, call: ApiCall): ApiAnswer {
  const form = formOf(call);
  if (!FILE_TYPES.includes(field(form, "file_type"))) throw badParam("file_type");
  const fileName = field(form, "file_name");
  if (fileName === "") throw badParam("file_name");
  const { bytes } = uploaded(form, "file", MAX_FILE_BYTES);
  const { key } = state.resources.add({ kind: "file", bytes, fileName, appId: call.app.appId, room: call.app.appId });
  return { data: { file_key: key } };
}

function formOf({ raw, contentType }: ApiCall): Form {
  const form = parseMultipart(raw, contentType);
  if (!form) throw badParam("multipart body");
  return form;
}

function field(form: Form, name: string): string {
  return form.get(name)?.bytes.toString() ?? "";
}

function uploaded(form: Form, name: string, limit: number): FormPart {
  const part = form.get(name);
  if (!part) throw badParam(name);
  if (part.bytes.length === 0) throw new ApiError(CODE.empty, "The file is empty.");
  if (part.bytes.length > limit) throw new ApiError(CODE.tooLarge, "The file size exceeds the limit.");
  // A copy: the part is a window into the whole request.
  return { ...part, bytes: Buffer.from(part.bytes) };
}

function badParam(field: string): ApiError {
  return new ApiError(CODE.badParam, `Invalid request param: ${field}`);
}

/** These two serve the bot's own uploads only. */
function ownUpload(kind: ResourceKind): ApiRoute["handle"] {
  return (state, call) => {
    const resource = state.resources.get(param(call, "key"));
    if (resource?.kind !== kind) throw badParam(`${kind}_key`);
    if (resource.appId !== call.app.appId) throw new ApiError(CODE.notOwner, "The app is not the resource sender.");
    return binary(resource);
  };
}

function ofMessage(state: SandboxState, call: ApiCall): ApiAnswer {
  const message = requireMessage(state, call.app, param(call, "message_id"));
  const isSupported = !UNSUPPORTED_TYPES.includes(message.messageType) && message.upperMessageId === undefined;
  if (!isSupported) throw new ApiError(CODE.unsupportedType, "Unsupported message type.");
  const type = call.query.get("type");
  if (type !== "image" && type !== "file") throw badParam("type");
  const key = param(call, "key");
  const resource = state.resources.get(key);
  // What a bot says names what it uploaded itself; words that name a key are words.
  const isNamed = new RegExp(`_key"\\s*:\\s*"${key}"`).test(message.content);
  if (!resource || !isNamed || (message.sender.kind === "bot" && resource.appId !== call.app.appId)) {
    throw new ApiError(CODE.notInMessage, "The file does not belong to this message.");
  }
  if (resource.kind !== type) throw badParam("type");
  return binary(resource);
}

function binary({ bytes, fileName }: Resource): ApiAnswer {
  return { binary: { bytes, fileName } };
}
