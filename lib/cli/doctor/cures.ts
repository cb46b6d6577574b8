/** Lines that cure more than one thing, as `docs/deploying.md` has them. */
export const cures = {
  upgrade:
    'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  host: 'nginx: proxy_set_header Host $http_host;',
  scheme: 'nginx: proxy_set_header X-Forwarded-Proto $scheme;',
  protocol: 'nginx: proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;',
  trust: "Express: app.set('trust proxy', 1);",
  allowed: (page: string): string =>
    `Express: websocketRoutes(manager, { allowedOrigins: '${page}' })`,
  routes:
    'Express: app.use(websocketRoutes(manager)) is /ws and /ws/<channel>; another path has to be in the URL, and in a claim of acceptUpgrades',
  silent:
    'Express: middleware before the route calls neither next() nor end(); the log names the route (handshake_timeout)',
  who: '--header-file: a file with what a browser would send, such as Cookie: session=…',
} as const;
