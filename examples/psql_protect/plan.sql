-- Changes nothing. No row may have is_obstacle.
select kind, name, detail, is_obstacle
from kw.plan_protection('people', 'email', shown_by => 'view', search => 'equality', normaliser => 'email');
