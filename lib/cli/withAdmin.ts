import express, { type Express } from 'express';
import { type AdminSource, adminRoutes } from '../express/index.js';
import { failAs } from './failure.js';

/** An application with the admin endpoint before it; a `Failure` (usage) for a token that is too short (CL5). */
export function withAdmin(app: Express, manager: AdminSource, token: string): Express {
  return express().use(
    failAs('usage', () => adminRoutes(manager, { token })),
    app,
  );
}
