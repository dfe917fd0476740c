-- The finished records counted again, by the definitions of faults.yml. {name} is filled in by
-- audit.py from the declaration of a pair. records.sql is run before it, once for all pairs. One row: fault, n, n_people. Of a pair in the Cancer Drugs
-- Fund, `treated_early` holds those whom SACT shows on the drug before it entered the fund.
create or replace temp table boxed as
  select *, trim(regexp_replace(regexp_replace(regexp_replace(lower(drug_name),
      '[0-9]+\s*(mg/ml|mg/kg|mg|ml)', ' ', 'g'), '\b(iv|sc|infusion|injection|powder|solution|pen|syringe|prefilled|for|vial)\b',
      ' ', 'g'), '[^a-z0-9]+', ' ', 'g')) as name
  from blueteq_applications;
create or replace temp table drugbox as
  select * from boxed where (name in {names} or name in {misspellings})
    and (form_code in {form_codes} or lower(trim(indication)) = '{indication}');
create or replace temp table startbox as
  select * from drugbox where form_type = 'initiation' and approval_status = 'approved';
create or replace temp table datedbox as
  select * from startbox where planned_start_date between date '{treatment_from}' and date '{treatment_to}'
    and nhs_number not in (from treated_early);
create or replace temp table patients as
  select * from datedbox qualify row_number() over (
    partition by nhs_number order by planned_start_date, approval_date, application_id) = 1;
create or replace temp table concerned as
  select PSEUDO_HESID from apc where regexp_matches(DIAG_4_CONCAT, '(^|,)({codes})')
  union select PSEUDO_HESID from op where DIAG_4_CONCAT <> 'R69X' and regexp_matches(DIAG_4_CONCAT, '(^|,)({codes})')
  union select PSEUDO_HESID from links join patients using (nhs_number);
create or replace temp table once as
  select PSEUDO_HESID, EPISTART, EPIEND, EPIORDER, PROCODE3, ADMIDATE, DISDATE, MAINSPEF, SEX, ETHNOS, LSOA11, k,
    regexp_matches(DIAG_4_CONCAT, '(^|,)({codes})') as coded
  from episodes where PSEUDO_HESID in (from concerned);
create or replace temp table seen as
  select PSEUDO_HESID, APPTDATE, MAINSPEF, SEX, ETHNOS, LSOA11, k,
    DIAG_4_CONCAT <> 'R69X' and regexp_matches(DIAG_4_CONCAT, '(^|,)({codes})') as coded
  from (from (select *, 1 as k from op anti join copies using (ATTENDKEY)) union all by name
        from (select * exclude place from copies where place = 1))
  where PSEUDO_HESID in (from concerned);
create or replace temp table cleaned as
  select PSEUDO_HESID, EPISTART as date, MAINSPEF, SEX, ETHNOS, LSOA11, coded
    from once where EPISTART between date '{apc_from}' and date '{apc_to}'
  union all
  select PSEUDO_HESID, APPTDATE, MAINSPEF, SEX, ETHNOS, LSOA11, coded
    from seen where APPTDATE between date '{op_from}' and date '{op_to}';
create or replace temp table status as
  select PSEUDO_HESID, max(date) as last, bool_or(coded) as coded,
    bool_or(MAINSPEF in {specialties}) as specialty
  from cleaned group by 1;
create or replace temp table known as
  select s.*, p.traced, p.date_of_death from status s join links using (PSEUDO_HESID) join pds_trace p using (nhs_number);
create or replace temp table coded_alive as
  select PSEUDO_HESID from known where coded and (date_of_death is null or date_of_death >= date '{approved}')
    and (traced = 'Y' or last >= date '{approved}');
create or replace temp table treated as
  select p.*, l.PSEUDO_HESID, (l.PSEUDO_HESID in (from coded_alive)) as by_code
  from patients p join links l using (nhs_number) join pds_trace t using (nhs_number) left join known k using (PSEUDO_HESID)
  where (t.date_of_death is null or t.date_of_death >= p.planned_start_date)
    and (l.PSEUDO_HESID in (from coded_alive) or coalesce(k.specialty, false));
create or replace temp table cohort as
  from coded_alive union select PSEUDO_HESID from treated;
create or replace temp table scores as
  select t.nhs_number, max(a.answer) as answer
  from treated t left join blueteq_answers a on a.application_id = t.application_id and a.question_code = '{question}'
  group by 1;
create or replace temp table stays as
  select PSEUDO_HESID, PROCODE3, ADMIDATE, max(DISDATE) filter (DISDATE > date '1802-01-01') as ended
  from once where EPISTART between date '{apc_from}' and date '{apc_to}' and PSEUDO_HESID in (from cohort)
  group by all having ended is not null;
create or replace temp table grouped as
  select PSEUDO_HESID, date, SEX, LSOA11, case when ETHNOS in ('A','B','C','0') then 'White' when ETHNOS in ('D','E','F','G') then 'Mixed'
    when ETHNOS in ('H','J','K','L','4','5','6') then 'Asian' when ETHNOS in ('M','N','P','1','2','3') then 'Black'
    when ETHNOS in ('R','7') then 'Chinese' when ETHNOS in ('S','8') then 'Other' end as ethnic
  from cleaned where PSEUDO_HESID in (from cohort);
select 'cohort' as fault, count(*) as n, count(*) as n_people from cohort
union all select 'coded_alive', count(*), count(*) from coded_alive
union all select 'treated', count(*), count(*) from treated
union all select 'rescued', count(*), count(*) from treated where not by_code
union all select 'duplicate_applications', count(*) - count(distinct nhs_number),
  (select count(*) from (select nhs_number from datedbox group by 1 having count(*) > 1)) from datedbox
union all select 'impossible_start_date', count(*), count(distinct nhs_number) from startbox
  where year(planned_start_date) not between 1900 and 2100
union all select 'missing_start_date', count(*), count(distinct nhs_number) from startbox where planned_start_date is null
union all select 'start_before_drug_approval', count(*), count(distinct nhs_number) from startbox
  where year(planned_start_date) between 1900 and 2100 and planned_start_date < date '{approved}'
union all select 'misspelt_drug_name', count(*), count(distinct nhs_number) from boxed where name in {misspellings}
union all select 'unrecognised_drug_name', count(*), count(distinct nhs_number) from boxed
  where form_code in {form_codes} and name not in {names} and name not in {misspellings}
union all select 'unmatched_nhs_number', count(distinct nhs_number), count(distinct nhs_number) from drugbox
  where nhs_number not in (select nhs_number from linkage)
union all select 'death_before_start', count(*), count(*) from patients join links using (nhs_number) join pds_trace t using (nhs_number)
  where t.date_of_death < planned_start_date
union all select 'severity_text', count(*), count(*) from scores where answer is not null and try_cast(trim(answer) as double) is null
union all select 'severity_out_of_range', count(*), count(*) from scores
  where try_cast(trim(answer) as double) not between {minimum} and {maximum}
union all select 'severity_missing', count(*), count(*) from scores where answer is null and '{question}' <> ''
union all select 'conflicting_sex', count(*), count(*) from (select PSEUDO_HESID from grouped where SEX in ('1', '2')
  group by 1 having count(distinct SEX) > 1)
union all select 'conflicting_ethnicity', count(*), count(*) from (select PSEUDO_HESID from grouped group by 1 having count(distinct ethnic) > 1)
union all select 'missing_lsoa', count(*), count(distinct PSEUDO_HESID) from grouped where LSOA11 is null or LSOA11 = 'Z99999999'
union all select 'lsoa_not_in_imd', count(*), count(distinct PSEUDO_HESID) from grouped
  where LSOA11 <> 'Z99999999' and LSOA11 not in (select LSOA11 from imd2019)
union all select 'duplicate_episodes', sum(k - 1), count(distinct PSEUDO_HESID) from once
  where k > 1 and PSEUDO_HESID in (from cohort)
union all select 'duplicate_appointments', sum(k - 1), count(distinct PSEUDO_HESID) from seen
  where k > 1 and PSEUDO_HESID in (from cohort)
union all select 'unfinished_episodes', count(*), count(distinct PSEUDO_HESID) from apc
  where EPISTAT is distinct from '3' and PSEUDO_HESID in (from cohort)
union all select 'null_episode_date', count(*), count(distinct PSEUDO_HESID) from once
  where (EPISTART is null or EPISTART in {null_dates}) and PSEUDO_HESID in (from cohort)
union all select 'null_appointment_date', count(*), count(distinct PSEUDO_HESID) from seen
  where (APPTDATE is null or APPTDATE in {null_dates}) and PSEUDO_HESID in (from cohort)
union all select 'overlapping_spells', count(*), count(distinct PSEUDO_HESID) from stays b where exists (from stays a
  where a.PSEUDO_HESID = b.PSEUDO_HESID and a.PROCODE3 <> b.PROCODE3 and a.ADMIDATE < b.ADMIDATE and b.ADMIDATE < a.ended)
union all select 'record_after_death', count(*), count(distinct PSEUDO_HESID) from grouped join links using (PSEUDO_HESID)
  join pds_trace using (nhs_number) where date > date_of_death;
