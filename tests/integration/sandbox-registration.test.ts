import { defaultHttpInstance, registerApp } from "@larksuiteoapi/node-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "../support/cloud";
import { openSdkSocket } from "../support/sdk";
import { waitFor } from "../support/wait-for";

/** Starts the SDK's registration; it insists on https, which is put back to http on the way to the cloud. */
function startRegistration(cloud: SandboxCloud) {
  const interceptor = defaultHttpInstance.interceptors.request.use((request) => ({
    ...request,
    url: request.url?.replace(/^https:\/\/127\.0\.0\.1/, "http://127.0.0.1") ?? "",
  }));
  const cancel = new AbortController();
  onTestFinished(() => {
    cancel.abort();
    defaultHttpInstance.interceptors.request.eject(interceptor);
  });
  const host = cloud.origin.replace("http://", "");
  const statuses: string[] = [];
  const urls: string[] = [];
  const result = registerApp({
    domain: host,
    larkDomain: host,
    signal: cancel.signal,
    onQRCodeReady: ({ url }) => urls.push(url),
    onStatusChange: ({ status }) => statuses.push(status),
  });
  result.catch(() => undefined);
  return { result, statuses, urls };
}

const brisk = { registrationPollSeconds: 0.02 };

describe("registration of an app by QR code", () => {
  it("gives the SDK credentials that work once a person agreed", async () => {
    const cloud = await startTestCloud({ settings: brisk });
    const { result, statuses, urls } = startRegistration(cloud);
    await waitFor(() => statuses.includes("polling"), "the first poll");
    const [pending] = cloud.registrations.list();
    expect(urls[0]).toContain(pending?.url);
    const app = cloud.registrations.approve(pending?.userCode ?? "", "Ann", { name: "Scanned" });
    expect(await result).toMatchObject({
      client_id: app.appId,
      client_secret: app.appSecret,
      user_info: { open_id: cloud.person("Ann").openId, tenant_brand: "feishu" },
    });
    expect(app.appId).toMatch(/^cli_[0-9a-f]{16}$/);
    await openSdkSocket(cloud, app, {});
    expect(cloud.connections(app.appId)).toHaveLength(1);
  });

  it("sends a person of Lark to Lark's domain first", async () => {
    const cloud = await startTestCloud({ settings: brisk });
    const { result, statuses } = startRegistration(cloud);
    await waitFor(() => statuses.includes("polling"), "the first poll");
    cloud.registrations.approve(cloud.registrations.list()[0]?.userCode ?? "", "Ann", { brand: "lark" });
    expect(await result).toMatchObject({ user_info: { tenant_brand: "lark" } });
    expect(statuses).toContain("domain_switched");
  });

  it("tells when the person refuses", async () => {
    const cloud = await startTestCloud({ settings: brisk });
    const { result, statuses } = startRegistration(cloud);
    await waitFor(() => statuses.includes("polling"), "the first poll");
    cloud.registrations.deny(cloud.registrations.list()[0]?.userCode ?? "");
    await expect(result).rejects.toMatchObject({ code: "access_denied" });
  });

  it("asks a hasty client to slow down and refuses an unknown code", async () => {
    const cloud = await startTestCloud();
    const ask = async (form: Record<string, string>) => {
      const response = await fetch(`${cloud.origin}/oauth/v1/app/registration`, {
        method: "POST",
        body: new URLSearchParams(form),
      });
      return [response.status, (await response.json()) as Record<string, string>] as const;
    };
    const [, begun] = await ask({ action: "begin" });
    expect(begun).toMatchObject({ interval: 5, expires_in: 600 });
    const poll = { action: "poll", device_code: begun.device_code ?? "" };
    expect(await ask(poll)).toEqual([400, expect.objectContaining({ error: "authorization_pending" })]);
    expect(await ask(poll)).toEqual([400, expect.objectContaining({ error: "slow_down" })]);
    expect(await ask({ action: "poll", device_code: "x" })).toMatchObject([400, { error: "expired_token" }]);
    expect(await ask({ action: "dance" })).toMatchObject([400, { error: "invalid_request" }]);
  });
});
