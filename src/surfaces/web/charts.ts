export function startCharts(): void {}
