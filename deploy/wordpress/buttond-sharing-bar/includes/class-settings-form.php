<?php
/**
 * The form of the settings page.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Draws the form, and reads its fields back into settings. It is complete without script.
 */
final class Settings_Form {

	/**
	 * The settings that the form's fields mean.
	 *
	 * @param array $sent The fields.
	 * @return array For Settings::save(), but for the server.
	 */
	public static function read( array $sent ) {
		$sent += array(
			'positions' => array(),
			'places'    => array(),
			'follow'    => '',
			'feeds'     => '',
		);

		$order  = isset( $sent['order'] ) && is_array( $sent['order'] ) ? $sent['order'] : array();
		$places = array_filter( (array) $sent['places'], 'is_string' );
		usort(
			$places,
			static function ( $a, $b ) use ( $order ) {
				return ( isset( $order[ $a ] ) ? (int) $order[ $a ] : 0 ) <=> ( isset( $order[ $b ] ) ? (int) $order[ $b ] : 0 );
			}
		);
		$changes = array(
			'positions'  => array_merge( array_diff( (array) $sent['positions'], array( 'floating', 'bottom' ) ), array( $sent['follow'] ) ),
			'post_types' => isset( $sent['post_types'] ) ? $sent['post_types'] : array(),
			'places'     => self::with_hidden( $places ),
			'feeds'      => $sent['feeds'],
		);
		return array_merge( array_intersect_key( $sent, array_flip( array( 'side', 'style', 'size', 'label', 'minimum' ) ) ), $changes );
	}

	/**
	 * Draws the page.
	 *
	 * @param array $refused What was typed and not saved: changes, typed, found, insist; empty to show what is stored.
	 */
	public static function show( array $refused ) {
		$settings = Settings::get();
		$typed    = $settings['server'];
		if ( $refused ) {
			$typed    = $refused['typed'];
			$settings = array_merge( $settings, Settings::sanitize( array_merge( $settings, $refused['changes'] ) ) );
		}
		?>
		<div class="wrap buttond-sharing-bar">
			<h1><?php esc_html_e( 'Sharing Bar Settings', 'buttond-sharing-bar' ); ?></h1>
			<div class="buttond-columns">
				<form method="post" action="<?php echo esc_url( Settings_Page::url() ); ?>" id="buttond-form">
					<?php wp_nonce_field( Settings_Page::NONCE ); ?>
					<h2 class="title"><?php esc_html_e( 'Server', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php Settings_Fields::server( $typed, $refused ); ?>
					</table>
					<h2 class="title"><?php esc_html_e( 'Where the bar stands', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php
						Settings_Fields::positions( $settings );
						Settings_Fields::post_types( $settings );
						Settings_Fields::feeds( $settings );
						?>
					</table>
					<h2 class="title"><?php esc_html_e( 'The button', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php
						Settings_Fields::style( $settings );
						Settings_Fields::size( $settings );
						Settings_Fields::label( $settings );
						Settings_Fields::minimum( $settings );
						?>
					</table>
					<h2 class="title"><?php esc_html_e( 'Places beside the button', 'buttond-sharing-bar' ); ?></h2>
					<table class="form-table" role="presentation">
						<?php Settings_Fields::places( $settings ); ?>
					</table>
					<?php submit_button(); ?>
				</form>
				<?php Preview::show(); ?>
			</div>
		</div>
		<?php
	}

	/**
	 * What is wrong with the server, and when it is asked again.
	 *
	 * @param array $state Server::state().
	 * @return string
	 */
	public static function trouble( array $state ) {
		$words = Failure::sentence( $state['last_error'], Settings::server() );
		if ( $state['retry_at'] > time() ) {
			/* translators: %s: a span of time, such as "2 hours". */
			$words .= ' ' . sprintf( __( 'Readers have the links without new numbers. The server is asked again in %s.', 'buttond-sharing-bar' ), human_time_diff( $state['retry_at'] ) );
		}
		return $words;
	}

	/**
	 * Adds the chosen places that the form does not list, because the server does not offer them now.
	 *
	 * @param string[] $places Those of the form.
	 * @return string[]
	 */
	private static function with_hidden( array $places ) {
		$offered = Settings::get()['offered'];
		return null === $offered ? $places : array_merge( $places, array_diff( Settings::chosen_places(), $offered ) );
	}
}
