import { keyringHelper } from '../main.ts';

void keyringHelper();
