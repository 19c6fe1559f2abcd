import { describe, expect, it } from 'vitest';
import { azureDepth, azureScopeKind, isBelow, toAzureScope } from '../../src/domain/azure-scope.ts';

const MG = '/providers/Microsoft.Management/managementGroups/mg-prod';
const SUB = '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07';
const RG = `${SUB}/resourceGroups/rg-app`;
const VM = `${RG}/providers/Microsoft.Compute/virtualMachines/vm1`;

describe('a place in Azure', () => {
  it.each([
    ['/', 'tenant'],
    [MG, 'management group'],
    [SUB, 'subscription'],
    [SUB.toUpperCase(), 'subscription'],
    [RG, 'resource group'],
    [VM, 'resource'],
  ] as const)('%s is a %s', (scope, kind) => {
    expect(azureScopeKind(scope)).toBe(kind);
  });

  it('is the narrower the deeper it lies', () => {
    const depths = ['/', MG, SUB, RG, VM].map(azureDepth);
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
    expect(new Set(depths).size).toBe(5);
  });

  it.each([
    [RG, SUB],
    [RG.toUpperCase(), SUB],
    [VM, RG],
    [MG, '/'],
  ])('%s is below %s', (inner, outer) => {
    expect(isBelow(inner, outer)).toBe(true);
  });

  it.each([
    ['the same place', SUB, SUB],
    ['a longer name beside it', `${SUB}00/resourceGroups/x`, SUB],
    ['what lies in a management group, which no path can say', SUB, MG],
    ['the other way round', SUB, RG],
  ])('not: %s', (_, inner, outer) => {
    expect(isBelow(inner, outer)).toBe(false);
  });
});

describe('a place as somebody typed it', () => {
  it.each([
    [SUB, SUB],
    [`${RG}/`, RG],
    [` ${VM}// `, VM],
  ])('%j is %s', (text, path) => {
    expect(toAzureScope(text)).toBe(path);
  });

  it.each([
    'rg-app',
    '/',
    '/subscriptions',
    `${SUB}/../x`,
    `${SUB}//resourceGroups/x`,
    `${RG}?api-version=1`,
    `${RG}#x`,
    `${SUB}/resourceGroups/a%2fb`,
    `${SUB}/something/else`,
  ])('%j is none', (text) => {
    expect(toAzureScope(text)).toBeNull();
  });
});
