// Every endpoint of the REST API: what OpenAPI describes and what tests walk through.
import * as account from "@/app/api/_endpoints/account";
import * as alerts from "@/app/api/_endpoints/alerts";
import * as bots from "@/app/api/_endpoints/bots";
import * as connections from "@/app/api/_endpoints/connections";
import * as contacts from "@/app/api/_endpoints/contacts";
import * as doctor from "@/app/api/_endpoints/doctor";
import * as eventActions from "@/app/api/_endpoints/event-actions";
import * as events from "@/app/api/_endpoints/events";
import * as feedback from "@/app/api/_endpoints/feedback";
import * as health from "@/app/api/_endpoints/health";
import * as models from "@/app/api/_endpoints/models";
import * as overview from "@/app/api/_endpoints/overview";
import * as people from "@/app/api/_endpoints/people";
import * as registrations from "@/app/api/_endpoints/registrations";
import * as sandbox from "@/app/api/_endpoints/sandbox";
import * as search from "@/app/api/_endpoints/search";
import * as settings from "@/app/api/_endpoints/settings";
import * as trial from "@/app/api/_endpoints/trial";
import * as webhook from "@/app/api/_endpoints/webhook";
import type { Endpoint } from "@/app/api/_http/endpoint";

// The modules export schemas too.
const isEndpoint = (value: object): value is Endpoint => "method" in value && "path" in value && "access" in value;

export const allEndpoints: Endpoint[] = [
  overview,
  search,
  bots,
  registrations,
  connections,
  contacts,
  events,
  eventActions,
  feedback,
  doctor,
  webhook,
  models,
  alerts,
  account,
  people,
  settings,
  trial,
  sandbox,
  health,
].flatMap((module) => Object.values<object>(module).filter(isEndpoint));
