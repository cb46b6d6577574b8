import { connectChannels } from '/rx-process/client.js';
import { Chart } from './chart.js';
import { showState } from './state.js';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** What is shown of each metric; `least` is how far its axis goes at least. */
const CHARTS = {
  active_users: { label: 'Viewers', unit: '', number: whole, least: 4 },
  requests_per_second: { label: 'Requests', unit: '/s', number: tenths, least: 5 },
  memory_usage_mb: { label: 'Memory', unit: 'MiB', number: whole, least: 50 },
  cpu_usage_percent: { label: 'CPU', unit: '%', number: tenths, least: 10 },
};

const charts = new Map(
  Object.entries(CHARTS).map(([name, options]) => {
    const chart = new Chart(options);
    document.getElementById('charts').append(chart.element);
    return [name, chart];
  }),
);

const client = connectChannels('/ws');
showState(document.getElementById('state'), client.state$);
client.state$.subscribe(({ status }) => {
  // A line over a time of which nothing is known would say something.
  if (status === 'waiting') for (const chart of charts.values()) chart.add(null);
});
client
  .channel('dashboard')
  .events('dashboard.metrics')
  .subscribe(({ data }) => {
    for (const [name, chart] of charts) chart.add(data[name]);
  });
