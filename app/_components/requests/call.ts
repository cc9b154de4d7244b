// Calls the REST API as the signed-in person and turns its errors into one form.
import { forgetSeen } from "@/app/_components/requests/seen";
import { type SignInReason, signInAgain } from "@/app/_components/requests/session-end";

/** A request that did not work out. `detail` is null when no answer came at all. */
export class RequestFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  /** Messages by the path of the field that they are about. */
  readonly fields: Record<string, string>;

  constructor(status: number, problem: Partial<Problem> = {}) {
    super(problem.detail ?? `status ${status}`);
    this.name = "RequestFailure";
    this.status = status;
    this.code = problem.code ?? "";
    this.detail = problem.detail ?? null;
    this.fields = Object.fromEntries((problem.errors ?? []).map(({ path, message }) => [path, message]));
  }
}

type Problem = { code: string; detail: string; needs?: "password"; errors?: { path: string; message: string }[] };

export async function call<Answer = void>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await send(method, path, { body });
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

type Sending = { body?: unknown; signal?: AbortSignal };

/** Where the session has ended, the person signs in again and the request is made anew: what was typed is not lost. */
export async function send(method: string, path: string, { body, signal }: Sending = {}): Promise<Response> {
  const init: RequestInit = { method, headers: { accept: "application/json" }, ...(signal ? { signal } : {}) };
  if (body !== undefined) {
    init.headers = { ...init.headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const ask = () =>
    fetch(path, init).catch(() => {
      throw new RequestFailure(0);
    });
  let response = await ask();
  if (response.status === 401 && (await signInAgain(await reasonOf(response)))) response = await ask();
  if (method !== "GET") forgetSeen();
  if (!response.ok) throw new RequestFailure(response.status, await problemOf(response));
  return response;
}

async function reasonOf(response: Response): Promise<SignInReason> {
  return (await problemOf(response.clone())).needs === "password" ? "confirm" : "expired";
}

async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Partial<Problem>;
  } catch {
    return {};
  }
}
