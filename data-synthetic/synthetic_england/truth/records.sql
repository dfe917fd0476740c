-- What the audits of all pairs read, made once: each episode and each appointment without its copies,
-- with how many rows it had (k), and the best link of each NHS number. Of copies of an appointment one
-- that was attended counts, then the one with most diagnoses, then the least key.
create temp table links as
  select nhs_number, PSEUDO_HESID from linkage qualify row_number() over (
    partition by nhs_number order by match_rank, PSEUDO_HESID) = 1;
create temp table episodes as
  select PSEUDO_HESID, EPISTART, EPIEND, EPIORDER, PROCODE3, ADMIDATE, DISDATE, count(*) as k, any_value(MAINSPEF) as MAINSPEF,
    any_value(SEX) as SEX, any_value(ETHNOS) as ETHNOS, any_value(LSOA11) as LSOA11, any_value(DIAG_4_CONCAT) as DIAG_4_CONCAT
  from apc where EPISTAT = '3' group by all;
create temp table copies as
  select *, count(*) over same as k, row_number() over (same order by coalesce(ATTENDED in ('5', '6'), false) desc,
    nullif(DIAG_4_CONCAT, 'R69X') is null, len(DIAG_4_CONCAT) desc, ATTENDKEY) as place
  from op where PSEUDO_HESID in (
    select PSEUDO_HESID from op group by PSEUDO_HESID, APPTDATE, PROCODE3, MAINSPEF, TRETSPEF having count(*) > 1)
  window same as (partition by PSEUDO_HESID, APPTDATE, PROCODE3, MAINSPEF, TRETSPEF) qualify k > 1;
