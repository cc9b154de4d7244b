// Signing in and out through next-auth's own endpoints.

async function csrfToken(): Promise<string> {
  const answer = (await (await fetch("/api/auth/csrf")).json()) as { csrfToken: string };
  return answer.csrfToken;
}

const postForm = async (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...fields, csrfToken: await csrfToken(), json: "true" }),
  });

export async function signOut(): Promise<void> {
  await postForm("/api/auth/signout", {});
  window.location.assign("/sign-in");
}

export async function signIn(email: string, password: string): Promise<Response> {
  return postForm("/api/auth/callback/credentials", { email, password, callbackUrl: "/" });
}
