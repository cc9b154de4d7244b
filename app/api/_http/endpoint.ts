// What an endpoint of the REST API promises: the one description that requests are checked against and OpenAPI is made from.
import type { z } from "zod";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> = {
  /** Names it in OpenAPI, and its summary in the text catalogs: `api.<id>`. */
  id: string;
  method: Method;
  /** As in OpenAPI: /api/feishu/bots/{id} */
  path: string;
  tag: string;
  /** Who may call it: anybody signed in or with a token, administrators, or everybody. */
  access: "viewer" | "admin" | "everybody";
  params?: Params;
  /** What `params.id` names: looked up before anything else is read, so that what a caller may not see is 404 whatever they send. */
  subject?: "alert" | "bot" | "event" | "model" | "registration";
  query?: Query;
  body?: Body;
  /** A body that is accepted, for the API reference. */
  example?: z.input<Body>;
  /** A body that the handler reads and judges by itself, as it is told in OpenAPI. */
  rawBody?: z.ZodType;
  /** Set where the body is not JSON. */
  bodyType?: string;
  headers?: z.ZodObject;
  /** The status of success, 200 unless given, and its body; without an answer there is none (204). */
  status?: number;
  answer?: Answer;
  /** Bodies of other statuses that are no errors in the API's one form. */
  answers?: Record<number, z.ZodType>;
  /** Set where the answer is not JSON. */
  contentType?: string;
  /** Error statuses beyond those that the access and the input imply. */
  errors?: number[];
};

export function defineEndpoint<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(endpoint: Endpoint<Params, Query, Body, Answer>): Endpoint<Params, Query, Body, Answer> {
  return endpoint;
}
