// What every request passes before Next.js sees it: addresses that are none, the page's security policy, refused methods.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { inRoot } from "./project.mjs";

// Each proxy on the way may add its own value; next-auth makes one address of all.
const FORWARDED = ["x-forwarded-host", "x-forwarded-proto"];

const HSTS_SECONDS = 365 * 24 * 60 * 60;

/** True when the request is answered already. */
export function receive(request, response, { dev }) {
  const path = (request.url ?? "/").split("?", 1)[0];
  for (const name of FORWARDED) keepFirst(request.headers, name);
  // Whoever sends this header, or X-Forwarded-For, may write anything into it.
  request.headers["x-larkspur-peer"] = request.socket.remoteAddress ?? "";
  // Who is not signed in is led to the sign-in page before anything of a page is sent, and from there back to it.
  request.headers["x-larkspur-path"] = (request.url ?? "/").replace(/([?&])_rsc=[^&]*&?/, "$1").replace(/[?&]$/, "");
  // Who switches pages within a tab is sent no more than the tab lacks.
  request.headers["x-larkspur-switch"] = request.headers.rsc ? "yes" : "no";
  if (isEncrypted(request.headers)) {
    response.setHeader("strict-transport-security", `max-age=${HSTS_SECONDS}`);
    response.setHeader("cross-origin-opener-policy", "same-origin");
  }
  const isApi = /^\/api(\/(?!docs$)|$)/.test(path);
  if (!isDecodable(path)) {
    response.statusCode = 400;
    response.end(problemFor(request, response, { code: "invalid_input", textKey: "badAddress" }));
    return true;
  }
  if (isApi) explainRefusedMethod(request, response);
  // In development Next.js runs code from strings and scripts without a nonce.
  else if (!dev && !path.startsWith("/_next/")) setPolicy(request, response);
  return false;
}

// As lib/auth/same-origin.ts judges it, which cookies depend on.
function isEncrypted(headers) {
  if (headers["x-forwarded-proto"] === "https") return true;
  const publicUrl = process.env.LARKSPUR_URL?.trim();
  if (!publicUrl?.startsWith("https:") || !URL.canParse(publicUrl)) return false;
  return new URL(publicUrl).host === (headers["x-forwarded-host"] ?? headers.host);
}

function keepFirst(headers, name) {
  const first = headers[name]?.split(",")[0].trim();
  if (first) headers[name] = first;
  else delete headers[name];
}

function isDecodable(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

// Next.js reads the nonce for its own scripts from the request's header of the same name.
function setPolicy(request, response) {
  const policy = policyWith(randomBytes(16).toString("base64"));
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
}

const policyWith = (nonce) =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    // Widths and positions are written into style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

// Next.js answers a method that an address does not know with an empty 405.
function explainRefusedMethod(request, response) {
  const { writeHead, end } = response;
  let problem;
  const explain = () => {
    if (response.statusCode !== 405 || response.headersSent || response.hasHeader("content-type")) return;
    const params = { method: request.method };
    problem = problemFor(request, response, { code: "method_not_allowed", textKey: "methodNotAllowed", params });
  };
  // Whoever compresses answers has the head written before `end` is called.
  response.writeHead = (...args) => {
    explain();
    return writeHead.apply(response, args);
  };
  response.end = (...args) => {
    explain();
    return end.apply(response, problem === undefined ? args : [problem]);
  };
}

/** Sets the head and returns the body, in the form of the errors which the API itself answers. */
function problemFor(request, response, { code, textKey, params = {} }) {
  const texts = textsFor(request);
  const detail = texts.errors[textKey].replace(/\{(\w+)\}/g, (_, name) => params[name]);
  const problem = {
    type: `urn:larkspur:problem:${code}`,
    title: texts.problems[code],
    status: response.statusCode,
    code,
    detail,
    success: false,
    error: detail,
  };
  response.setHeader("content-type", "application/problem+json");
  response.setHeader("cache-control", "no-store");
  return request.method === "HEAD" ? "" : JSON.stringify(problem);
}

function textsFor({ headers }) {
  const chosen = /(?:^|;\s*)larkspur_locale=([\w-]+)/.exec(headers.cookie ?? "")?.[1];
  const isChinese = chosen ? chosen === "zh-CN" : /^\s*zh/i.test(headers["accept-language"] ?? "");
  return JSON.parse(readFileSync(inRoot("lib", "text", isChinese ? "zh-CN.json" : "en.json"), "utf8"));
}
