-- The report's numbers from the synthetic records, by the rules written out once more.
create temp table starts as
  select application_id, nhs_number, approval_date, planned_start_date as start, applying_trust from blueteq_applications
  where form_code = 'BEL-SLE' and form_type = 'initiation' and approval_status = 'approved'
    and regexp_matches(drug_name, '(?i)beli[mnu]|benl[iy]s')   -- any spelling that a reader knows
    and planned_start_date between '2016-06-22' and '2025-08-20';
create temp table patients as
  select * from starts qualify row_number() over (
    partition by nhs_number order by start, approval_date, application_id) = 1;
create temp table best as
  select nhs_number, PSEUDO_HESID as id from linkage qualify row_number() over (
    partition by nhs_number order by match_rank, PSEUDO_HESID) = 1;
create temp table inpatient as
  select PSEUDO_HESID as id, any_value(EPISTART) as date, any_value(ADMIDATE) as adm, any_value(PROCODE3) as prov,
    any_value(MAINSPEF) as main, any_value(LSOA11) as lsoa,
    bool_or(list_has_any(string_split(DIAG_4_CONCAT, ','), ['M321', 'M328', 'M329'])) as coded
  from apc where EPISTAT = '3' and EPISTART between '2000-01-01' and '2025-08-20'
  group by PSEUDO_HESID, EPISTART, EPIEND, EPIORDER, PROCODE3, ADMIDATE, DISDATE;
create temp table outpatient as
  select PSEUDO_HESID as id, APPTDATE as date, any_value(MAINSPEF) as main, any_value(LSOA11) as lsoa,
    bool_or(ATTENDED in ('5', '6') and FIRSTATT <> '5') as visit,
    bool_or(list_has_any(string_split(DIAG_4_CONCAT, ','), ['M321', 'M328', 'M329'])) as coded
  from op where APPTDATE between '2009-04-01' and '2025-08-20'
  group by PSEUDO_HESID, APPTDATE, PROCODE3, MAINSPEF, TRETSPEF;
create temp table everything as
  select id, date, main, lsoa, coded from inpatient union all select id, date, main, lsoa, coded from outpatient;
create temp table persons as
  select id, bool_or(coded) as coded, bool_or(main in ('410', '361')) as specialist, max(date) as last
  from everything group by id;
create temp table alive as
  select id from persons join best using (id) join pds_trace using (nhs_number)
  where coded and coalesce(date_of_death >= '2016-06-22', true) and (traced = 'Y' or last >= '2016-06-22');
create temp table treated as
  select patients.*, id, id in (from alive) as by_code
  from patients join best using (nhs_number) join pds_trace using (nhs_number) join persons using (id)
  where coalesce(date_of_death >= start, true) and (id in (from alive) or specialist);
create temp table homes as
  select t.id, arg_max(lsoa, date) filter (date <= start and lsoa is not null) as lsoa
  from treated t join everything using (id) group by t.id;
create temp table nearest as select LSOA11 as lsoa, min(minutes) as minutes from travel_times group by 1;
create temp table contacts as
  select id, count(*) as n from (
    select distinct t.id, prov, adm from treated t join inpatient i using (id)
      where adm >= start - interval 6 month and adm < start and (main in ('410', '361') or coded)
    union all
    select t.id, null, date from treated t join outpatient o using (id)
      where date >= start - interval 6 month and date < start and visit and (main in ('410', '361') or coded)
  ) group by id;
create temp table answered as
  select t.id, try_cast(trim(max(answer)) as double) as score
  from treated t left join blueteq_answers a on a.application_id = t.application_id and question_code = 'sledai_score'
  group by 1;
create temp table numbers as
select 'treated' as id, count(*)::double as value from treated
union all select 'rescued', count(*) from treated where not by_code
union all select 'found_by_code', count(*) from treated where by_code
union all select 'hes_sle_cohort', count(*) from (from alive union select id from treated)
union all select 'not_known_treated', count(*) from alive where id not in (select id from treated)
union all select 'sledai_low_or_missing', count(*) from answered where coalesce(score, -1) not between 10 and 105
union all select 'centres', count(*) from centres where service = 'specialised rheumatology'
union all select 'travel_n', count(minutes) from homes left join nearest using (lsoa)
union all select 'travel_missing', count(*) - count(minutes) from homes left join nearest using (lsoa)
union all select 'travel_mean', avg(minutes::double) from homes join nearest using (lsoa)
union all select 'travel_median', median(minutes) from homes join nearest using (lsoa)
union all select 'travel_not_nearest_pct', 100 * avg((to_own.minutes > nearest.minutes)::int) from treated
  join homes using (id) join nearest using (lsoa)
  join travel_times to_own on to_own.LSOA11 = lsoa and to_own.centre_code = applying_trust
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
union all select 'started_by_march_2019', count(*) from treated where start < '2019-04-01'
union all select 'started_by_october_2020', count(*) from treated where start < '2020-11-01';
