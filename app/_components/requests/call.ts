// Calls the REST API as the signed-in person and turns its errors into one form.

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

type Problem = { code: string; detail: string; errors?: { path: string; message: string }[] };

export async function call<Answer = void>(method: string, path: string, body?: unknown): Promise<Answer> {
  const init: RequestInit = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    init.headers = { ...init.headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const response = await fetch(path, init).catch(() => {
    throw new RequestFailure(0);
  });
  if (response.status === 401) signInAgain();
  if (!response.ok) throw new RequestFailure(response.status, await problemOf(response));
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Partial<Problem>;
  } catch {
    return {};
  }
}

export function signInAgain(): void {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
}
