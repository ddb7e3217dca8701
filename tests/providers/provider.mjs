// The certified provider program `oidc-provider`, set up as the care sector's are: the person signs in with a card and
// chooses an assignment. `node provider.mjs '{"port": …}'` says "ready" when it answers.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const given = JSON.parse(process.argv[2]); // port, issuer, client, acr
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const people = new Map(); // transient: a new one for each sign-in, as `sub` is

const page = (words) =>
  `<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Provets inloggning</title></head><body>${words}</body></html>`;

/** Its own page would fetch a typeface from the internet. */
function logoutSource(ctx, form) {
  ctx.body = page(`<h1>Logga ut?</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Ja, logga ut</button>`);
}

const provider = new Provider(given.issuer, {
  clients: [given.client],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "one" }] },
  cookies: { keys: ["only for the tests"] },
  acrValues: given.acr,
  claims: { openid: ["sub", "employeeHsaId", "commissionHsaId"], acr: null, auth_time: null },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource } },
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 3600 },
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const field = (name, label) => `<p><label>${label} <input name="${name}"></label></p>`;
const form = `<h1>Provets inloggning</h1><form method="post">${field("employee", "Medarbetarens HSA-id")}
${field("commission", "Uppdragets HSA-id")}${field("acr", "Tillitsnivå")}<button>Legitimera</button></form>`;

async function finish(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const typed = new URLSearchParams(Buffer.concat(chunks).toString());
  const accountId = `transient-${people.size}`;
  people.set(accountId, {
    employeeHsaId: typed.get("employee"),
    ...(typed.get("commission") && { commissionHsaId: typed.get("commission") }),
  });
  const login = { accountId, acr: typed.get("acr"), remember: true };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
createServer((request, response) => {
  if (request.url === "/favicon.ico") response.writeHead(204).end();
  else if (!request.url.startsWith("/interaction/")) answer(request, response);
  else if (request.method === "POST") finish(request, response);
  else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page(form));
}).listen(given.port, "127.0.0.1", () => process.stdout.write("ready\n"));
