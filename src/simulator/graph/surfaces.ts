import { GROUP_ROWS } from './group-rows.ts';
import { ROLE_ROWS } from './role-rows.ts';
import { surfaceRoutes } from './surface-routes.ts';

const GROUP_LINKS = ['group', 'principal'];
const ROLE_LINKS = ['roleDefinition', 'principal', 'directoryScope', 'appScope'];

/** PIM for Groups. */
export const GROUP_ROUTES = surfaceRoutes({
  surface: 'group',
  base: '/identityGovernance/privilegedAccess/group',
  rows: GROUP_ROWS,
  collections: {
    eligibilityInstance: 'eligibilityScheduleInstances',
    eligibilitySchedule: 'eligibilitySchedules',
    assignmentInstance: 'assignmentScheduleInstances',
    assignmentSchedule: 'assignmentSchedules',
    request: 'assignmentScheduleRequests',
  },
  typeNames: {
    eligibilityInstance: 'privilegedAccessGroupEligibilityScheduleInstance',
    eligibilitySchedule: 'privilegedAccessGroupEligibilitySchedule',
    assignmentInstance: 'privilegedAccessGroupAssignmentScheduleInstance',
    assignmentSchedule: 'privilegedAccessGroupAssignmentSchedule',
    request: 'privilegedAccessGroupAssignmentScheduleRequest',
  },
  expandable: {
    eligibilityInstance: GROUP_LINKS,
    eligibilitySchedule: GROUP_LINKS,
    assignmentInstance: [...GROUP_LINKS, 'activatedUsing'],
    assignmentSchedule: [...GROUP_LINKS, 'activatedUsing'],
    request: [...GROUP_LINKS, 'activatedUsing', 'targetSchedule'],
  },
  permissions: {
    eligibility: 'groupEligibility',
    assignment: 'groupAssignment',
    request: 'groupRequest',
    write: 'groupWrite',
  },
  needsSubjectFilter: true,
});

/** Entra roles. Reading requests takes the permission to write them. */
export const ROLE_ROUTES = surfaceRoutes({
  surface: 'directory',
  base: '/roleManagement/directory',
  rows: ROLE_ROWS,
  collections: {
    eligibilityInstance: 'roleEligibilityScheduleInstances',
    eligibilitySchedule: 'roleEligibilitySchedules',
    assignmentInstance: 'roleAssignmentScheduleInstances',
    assignmentSchedule: 'roleAssignmentSchedules',
    request: 'roleAssignmentScheduleRequests',
  },
  typeNames: {
    eligibilityInstance: 'unifiedRoleEligibilityScheduleInstance',
    eligibilitySchedule: 'unifiedRoleEligibilitySchedule',
    assignmentInstance: 'unifiedRoleAssignmentScheduleInstance',
    assignmentSchedule: 'unifiedRoleAssignmentSchedule',
    request: 'unifiedRoleAssignmentScheduleRequest',
  },
  expandable: {
    eligibilityInstance: ROLE_LINKS,
    eligibilitySchedule: ROLE_LINKS,
    assignmentInstance: [...ROLE_LINKS, 'activatedUsing'],
    assignmentSchedule: [...ROLE_LINKS, 'activatedUsing'],
    request: [...ROLE_LINKS, 'activatedUsing', 'targetSchedule'],
  },
  permissions: {
    eligibility: 'roleEligibility',
    assignment: 'roleAssignment',
    request: 'roleWrite',
    write: 'roleWrite',
  },
  needsSubjectFilter: false,
});
