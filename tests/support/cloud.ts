// Starts a simulated Feishu cloud for a test and stops it afterwards.
import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { type SandboxCloud, type SandboxOptions, startSandboxCloud } from "@/lib/sandbox/cloud";
import { randomAppId } from "@/tests/support/app-ids";

/** Inside a test only: the cloud is stopped when that test ends. */
export async function startTestCloud(options: SandboxOptions = {}): Promise<SandboxCloud> {
  const cloud = await startSandboxCloud(options);
  onTestFinished(() => cloud.stop());
  return cloud;
}

/** An app with credentials of its own, registered with the cloud. */
export function registerTestApp(
  cloud: SandboxCloud,
  overrides: Partial<Parameters<SandboxCloud["registerApp"]>[0]> = {},
) {
  return cloud.registerApp({ appId: randomAppId(), appSecret: randomBytes(16).toString("hex"), ...overrides });
}
