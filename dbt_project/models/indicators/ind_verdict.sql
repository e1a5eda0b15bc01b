{{ verdicts(ref('ind_side')) }}
