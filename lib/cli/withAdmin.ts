import express, { type Express } from 'express';
import { ProcessError } from '../core/index.js';
import { type AdminSource, adminRoutes } from '../express/index.js';
import { Failure } from './failure.js';

/** An application with the admin endpoint before it; a `Failure` (usage) for a token that is too short (CL5). */
export function withAdmin(app: Express, manager: AdminSource, token: string): Express {
  try {
    return express().use(adminRoutes(manager, { token }), app);
  } catch (error) {
    if (error instanceof ProcessError) throw new Failure('usage', error.message);
    throw error;
  }
}
