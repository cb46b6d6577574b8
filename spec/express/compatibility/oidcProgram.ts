// An application behind OpenID Connect with its provider; run by compatibility.spec.ts as a program of its own,
// because jest cannot load what the middleware needs. It prints a line for each request.
import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Express, Request } from 'express';
import { auth } from 'express-openid-connect';
import { application } from './application.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs whoever asks in as ada. */
function provide(app: Express, issuer: string): void {
  app.get('/provider/.well-known/openid-configuration', (_req, res) => {
    res.json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['id_token'],
      response_modes_supported: ['form_post'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });
  app.get('/provider/jwks', (_req, res) => {
    res.json({
      keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: '1' }],
    });
  });
  app.get('/provider/authorize', ({ query: { state, nonce } }, res) => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, aud: 'app', sub: 'ada', nonce, iat: now, exp: now + 60 };
    const head = `${base64({ alg: 'RS256', kid: '1' })}.${base64(claims)}`;
    const signature = createSign('RSA-SHA256').update(head).sign(privateKey, 'base64url');
    res.json({ state, id_token: `${head}.${signature}` });
  });
}

const { port, close } = await application(
  {
    packages: ['express-openid-connect'],
    use: (app, baseURL) => {
      provide(app, `${baseURL}/provider`);
      const issuerBaseURL = `${baseURL}/provider`;
      const secret = 'not a secret, but long enough to be one';
      app.use(auth({ baseURL, issuerBaseURL, clientID: 'app', secret, idpLogout: false }));
    },
    knows: (req) => (req as Request & { oidc: { user?: { sub: string } } }).oidc.user?.sub,
  },
  console.log,
);
console.log(`listening on http://127.0.0.1:${port}`);
process.once('SIGTERM', close);
