// Where this process runs, and whether a long connection can live there.

export type Platform = {
  /** False where the process is frozen or ended between requests. */
  holdsConnections: boolean;
  /** The platform's own name, for the explanation; only where connections cannot be held. */
  name?: string;
};

// Each platform documents that it sets this variable in every function's environment.
const SERVERLESS_MARKS: [variable: string, name: string][] = [
  ["VERCEL", "Vercel"],
  ["AWS_LAMBDA_FUNCTION_NAME", "AWS Lambda"],
  ["NETLIFY", "Netlify"],
  ["CF_PAGES", "Cloudflare"],
  ["CLOUDFLARE_WORKERS", "Cloudflare"],
];

export function detectPlatform(env: Record<string, string | undefined>): Platform {
  for (const [variable, name] of SERVERLESS_MARKS) {
    if (env[variable]) return { holdsConnections: false, name };
  }
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers") return { holdsConnections: false, name: "Cloudflare" };
  if (env.NEXT_RUNTIME === "edge") return { holdsConnections: false, name: "Edge Runtime" };
  return { holdsConnections: true };
}
