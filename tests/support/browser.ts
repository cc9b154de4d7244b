// Calls a running Larkspur as a browser does that is signed in or not: with its cookies, from its own pages.

/** Keeps cookies and sends the `Origin` of the page that it is on, as browsers do. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  async send(method: string, path: string, body?: URLSearchParams | object, headers: Record<string, string> = {}) {
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(method === "GET" ? {} : { origin: this.url }),
        ...(body && !isForm ? { "content-type": "application/json" } : {}),
        ...this.headers,
        ...headers,
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
    const setCookies = response.headers.getSetCookie();
    for (const cookie of setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      setCookies,
      body: text ? JSON.parse(text) : undefined,
    };
  }

  async #form(path: string, fields: Record<string, string>) {
    const { body } = await this.send("GET", "/api/auth/csrf");
    return this.send("POST", path, new URLSearchParams({ csrfToken: body.csrfToken, json: "true", ...fields }));
  }

  signIn = (email: string, password: string) => this.#form("/api/auth/callback/credentials", { email, password });
  signOut = () => this.#form("/api/auth/signout", {});
}
