-- The numbers of any pair from the synthetic records, by the rules written out once more.
-- {name}, {form}, {codes}, {specialties}, {approved}, {service}, {question} and {early} are filled in by the test.
create or replace temp table starts as
  select application_id, nhs_number, approval_date, planned_start_date as start, applying_trust, drug_name
  from blueteq_applications
  where {form} and form_type = 'initiation' and approval_status = 'approved'
    and regexp_matches(drug_name, '(?i){name}')   -- any spelling that a reader knows
    and planned_start_date between '{approved}' and '2025-08-20'
    and nhs_number not in ({early});   -- of a drug of the Cancer Drugs Fund: had it before
create or replace temp table patients as
  select * from starts qualify row_number() over (
    partition by nhs_number order by start, approval_date, application_id) = 1;
create or replace temp table best as
  select nhs_number, PSEUDO_HESID as id from linkage qualify row_number() over (
    partition by nhs_number order by match_rank, PSEUDO_HESID) = 1;
create or replace temp table wanted as
  select PSEUDO_HESID as id from apc where list_has_any(string_split(DIAG_4_CONCAT, ','), [{codes}])
  union select PSEUDO_HESID from op where list_has_any(string_split(DIAG_4_CONCAT, ','), [{codes}])
  union select id from best join patients using (nhs_number);
create or replace temp table inpatient as
  select PSEUDO_HESID as id, any_value(EPISTART) as date, any_value(ADMIDATE) as adm, any_value(PROCODE3) as prov,
    any_value(MAINSPEF) as main, any_value(LSOA11) as lsoa,
    bool_or(list_has_any(string_split(DIAG_4_CONCAT, ','), [{codes}])) as coded
  from apc where EPISTAT = '3' and EPISTART between '2000-01-01' and '2025-08-20' and PSEUDO_HESID in (from wanted)
  group by PSEUDO_HESID, EPISTART, EPIEND, EPIORDER, PROCODE3, ADMIDATE, DISDATE;
create or replace temp table outpatient as
  select PSEUDO_HESID as id, APPTDATE as date, any_value(MAINSPEF) as main, any_value(LSOA11) as lsoa,
    bool_or(ATTENDED in ('5', '6') and FIRSTATT <> '5') as visit,
    bool_or(list_has_any(string_split(DIAG_4_CONCAT, ','), [{codes}])) as coded
  from op where APPTDATE between '2009-04-01' and '2025-08-20' and PSEUDO_HESID in (from wanted)
  group by PSEUDO_HESID, APPTDATE, PROCODE3, MAINSPEF, TRETSPEF;
create or replace temp table everything as
  select id, date, main, lsoa, coded from inpatient union all select id, date, main, lsoa, coded from outpatient;
create or replace temp table persons as
  select id, bool_or(coded) as coded, bool_or(main in ({specialties})) as specialist, max(date) as last
  from everything group by id;
create or replace temp table alive as
  select id from persons join best using (id) join pds_trace using (nhs_number)
  where coded and coalesce(date_of_death >= '{approved}', true) and (traced = 'Y' or last >= '{approved}');
create or replace temp table treated as
  select patients.*, id, id in (from alive) as by_code
  from patients join best using (nhs_number) join pds_trace using (nhs_number) join persons using (id)
  where coalesce(date_of_death >= start, true) and (id in (from alive) or specialist);
create or replace temp table homes as
  select t.id, arg_max(lsoa, date) filter (date <= start and lsoa is not null) as lsoa
  from treated t join everything using (id) group by t.id;
create or replace temp table journeys as
  select LSOA11 as lsoa, centre_code, minutes from travel_times
  where centre_code in (select centre_code from centres where service = '{service}');
create or replace temp table nearest as select lsoa, min(minutes) as minutes from journeys group by 1;
create or replace temp table contacts as
  select id, count(*) as n from (
    select distinct t.id, prov, adm from treated t join inpatient i using (id)
      where adm >= start - interval 6 month and adm < start and (main in ({specialties}) or coded)
    union all
    select t.id, null, date from treated t join outpatient o using (id)
      where date >= start - interval 6 month and date < start and visit and (main in ({specialties}) or coded)
  ) group by id;
create or replace temp table answered as
  select t.id, try_cast(trim(max(answer)) as double) as score
  from treated t left join blueteq_answers a on a.application_id = t.application_id and question_code = '{question}'
  group by 1;
create or replace temp table numbers as
select 'treated' as id, count(*)::double as value from treated
union all select 'rescued', count(*) from treated where not by_code
union all select 'found_by_code', count(*) from treated where by_code
union all select 'cohort', count(*) from (from alive union select id from treated)
union all select 'not_known_treated', count(*) from alive where id not in (select id from treated)
union all select 'severity_low_or_missing', count(*) from answered where coalesce(score, -1) not between 2 and 60
union all select 'centres', count(*) from centres where service = '{service}'
union all select 'travel_n', count(minutes) from homes left join nearest using (lsoa)
union all select 'travel_missing', count(*) - count(minutes) from homes left join nearest using (lsoa)
union all select 'travel_mean', avg(minutes::double) from homes join nearest using (lsoa)
union all select 'travel_median', median(minutes) from homes join nearest using (lsoa)
union all select 'travel_not_nearest_pct', 100 * avg((to_own.minutes > nearest.minutes)::int) from treated
  join homes using (id) join nearest using (lsoa)
  join journeys to_own on to_own.lsoa = homes.lsoa and to_own.centre_code = applying_trust
union all select 'activity_n', count(*) from contacts
union all select 'activity_excluded', (select count(*) from treated) - count(*) from contacts
union all select 'activity_mean', avg(n) from contacts
union all select 'activity_median', median(n) from contacts
union all select 'activity_min', min(n) from contacts
union all select 'activity_max', max(n) from contacts
union all select 'activity_q1', quantile_cont(n, 0.25) from contacts
union all select 'activity_q3', quantile_cont(n, 0.75) from contacts
union all select 'activity_iqr', quantile_cont(n, 0.75) - quantile_cont(n, 0.25) from contacts
union all select 'activity_sd', stddev_samp(n) from contacts
union all select 'started_' || year(start), count(*) from treated group by 1
union all select 'started_by_june_2023', count(*) from treated where start < '2023-07-01'
union all select 'started_by_march_2021', count(*) from treated where start < '2021-04-01'
union all select 'started_by_december_2019', count(*) from treated where start < '2020-01-01';
