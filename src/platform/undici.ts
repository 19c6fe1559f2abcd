/**
 * A door of its own, so that undici is a chunk of its own: the bundler gives names to what a module
 * imports statically, but not to a CommonJS package imported dynamically.
 */
export { EnvHttpProxyAgent, fetch } from 'undici';
